"""错敏词: the words that we ship, and the list that a chief editor keeps."""

import tomllib
from pathlib import Path

import pytest

from backend.content import flow, watched_words
from backend.content.guards import KINDS, SENSITIVE, WRONG, Word, findings
from backend.content.models import WatchedWord
from backend.errors import Conflict, Forbidden, Invalid, NotFound
from backend.staff.models import AuditEvent
from tests.content.editors import draft, editor, written

SHIPPED = Path(watched_words.__file__).with_name("watched_words.toml")


class TestShipped:
    def test_each_word_stands_once_within_the_limits(self) -> None:
        words = watched_words.shipped_words()
        assert len(words) >= 80
        assert len({each.word for each in words}) == len(words)
        for each in words:
            assert 2 <= len(each.word) <= watched_words.LONGEST_WORD
            assert each.kind in KINDS
            assert 0 < len(each.advice) <= watched_words.LONGEST_ADVICE
            assert each.advice.endswith("。")

    def test_each_group_names_its_source(self) -> None:
        text = SHIPPED.read_text(encoding="utf-8")
        groups = text.split("[[words]]")
        assert len(groups) - 1 == len(tomllib.loads(text)["words"])
        for before in groups[:-1]:
            assert before.strip().splitlines()[-1].startswith("# 来源：")

    def test_no_advice_is_itself_a_wrong_word(self) -> None:
        """What it tells her to write instead must pass."""
        words = watched_words.shipped_words()
        right = [each.advice.split("应写“")[1].split("”")[0] for each in words if "应写“" in each.advice]
        seen = findings(draft(html="".join(f"<p>{each}</p>" for each in right)), words)
        assert [each.advice for each in seen if each.must] == []

    def test_the_words_of_the_law_of_credit_are_among_them(self) -> None:
        kinds = {each.word: (each.kind, each.advice) for each in watched_words.shipped_words()}
        assert kinds["信用黑名单"] == (WRONG, "应写“严重失信主体名单”。")
        assert kinds["征信记录"][0] == SENSITIVE
        assert "公共信用记录" in kinds["征信记录"][1]


@pytest.mark.usefixtures("monday", "database")
class TestKept:
    async def test_only_a_chief_editor_keeps_it(self) -> None:
        for username in ("writer", "stranger"):
            with pytest.raises(Forbidden):
                await watched_words.add(await editor(username), "新词", WRONG)
            with pytest.raises(Forbidden):
                await watched_words.remove(await editor(username), "部暑")
        assert not await WatchedWord.exists()

    async def test_before_any_change_it_is_what_we_ship(self) -> None:
        assert await watched_words.all_words() == watched_words.shipped_words()
        rows = await watched_words.listed()
        assert [row.word for row in rows] == [each.word for each in watched_words.shipped_words()]

    async def test_what_she_adds_is_asked_at_once(self) -> None:
        article, _ = await written(html="<p>大家都说新词好。</p>")
        chief = await editor("chief")
        await watched_words.add(chief, " 新\u200b词 ", WRONG, "请改。")
        assert Word("新词", WRONG, "请改。") in await watched_words.all_words()
        assert len(await watched_words.all_words()) == len(watched_words.shipped_words()) + 1
        with pytest.raises(Invalid) as refused:
            await flow.submit(await editor(), article.id, article.version)
        assert [each.code for each in refused.value.fields] == ["wrong_word"]
        await watched_words.remove(chief, "新词")
        assert (await flow.submit(await editor(), article.id, article.version)).state == "first_review"
        events = await AuditEvent.filter(action__startswith="word.").order_by("id")
        assert [(each.action, each.staff_id, each.detail["word"]) for each in events] == [
            ("word.add", chief.id, "新词"),
            ("word.remove", chief.id, "新词"),
        ]

    async def test_a_number_typed_as_a_word_stands_in_no_log(self) -> None:
        chief = await editor("chief")
        await watched_words.add(chief, "410423199003070017", WRONG)
        await watched_words.remove(chief, "410423199003070017")
        assert {each.detail["word"] for each in await AuditEvent.filter(action__startswith="word.")} == {"410****0017"}

    async def test_a_shipped_word_can_be_removed_and_stays_away(self) -> None:
        chief = await editor("chief")
        await watched_words.remove(chief, "部暑")
        assert "部暑" not in {each.word for each in await watched_words.all_words()}
        with pytest.raises(NotFound):
            await watched_words.remove(chief, "部暑")
        assert (await watched_words.listed())[0].added_by is None

    async def test_wrong_words_are_refused(self) -> None:
        chief = await editor("chief")
        with pytest.raises(Invalid) as refused:
            await watched_words.add(chief, "长" * 31, "gossip", "长" * 61)
        assert [each.field for each in refused.value.fields] == ["word", "kind", "advice"]
        with pytest.raises(Invalid):
            await watched_words.add(chief, " 一 ", WRONG)
        await watched_words.add(chief, "新词", SENSITIVE)
        for word in ("新词", "部暑"):
            with pytest.raises(Conflict):
                await watched_words.add(chief, word, WRONG)
        assert (await watched_words.listed())[0].word == "新词"
