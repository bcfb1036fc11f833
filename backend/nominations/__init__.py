"""推荐: what people write about others, how it is checked, and the nominees who are asked, agree and are endorsed."""
