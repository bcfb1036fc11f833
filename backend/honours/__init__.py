"""荣誉: judging, public notice with its objections, results, and the gallery of honours."""
