"""Settings: defaults, what wins, and that a wrong county file is one sentence with file, key and remedy."""

from pathlib import Path

import pytest

from tasks.faults import UserError
from tasks.settings import load_county, load_settings

GOOD = """
code: "640221"
name: 平罗县
due: {2023: 2023-03-31}
towns: [{code: "640221102", name: 宝丰镇}]
"""


def test_defaults_and_what_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUIZONG_WAREHOUSE_URL", raising=False)
    assert load_settings().warehouse_url == "sqlite:///var/huizong.db"
    monkeypatch.setenv("HUIZONG_WORKERS", "3")
    assert load_settings().workers == 3
    assert load_settings(workers=2, inbox=None).workers == 2


def test_a_wrong_setting_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIZONG_WORKERS", "many")
    with pytest.raises(UserError, match="HUIZONG_WORKERS 的值“many”不对：应是整数"):
        load_settings()


def test_the_bundled_county_is_the_default() -> None:
    county = load_settings().loaded_county
    assert (county.code, county.name, len(county.towns)) == ("640221", "平罗县", 13)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"640221102"', '"64022"', "“towns · 第1项 · code”不对：位数"),
        ("2023-03-31", "soon", "“due · 2023”不对：应是日期"),
        ("name: 平罗县", "nam: 平罗县", "“name”不对：缺少这一项"),
        ("name: 宝丰镇", "name: 宝丰镇, mayor: x", "“towns · 第1项 · mayor”不对：没有这样的项"),
        ("towns: [", "towns: [[", "不是正确的 YAML"),
        ("2023-03-31", "2023-02-31", "行的“2023-02-31”不是日期"),
        (
            "name: 平罗县",
            "name: 平罗县\ntimezone: Asia/Beijing",
            "“timezone”不对：没有“Asia/Beijing”这个时区",
        ),
        ("towns: [", 'towns: [{code: "640221102", name: 头闸镇}, ', "代码 640221102 写给了两个乡镇"),
        (
            "name: 平罗县",
            'name: 平罗县\nseverities: {Z99: {severity: "off", reason: x}}',
            "“severities · Z99”不对：规则目录里没有",
        ),
        (
            "towns: [",
            'towns: [{code: "640221103", name: 宝丰镇}, ',
            "“宝丰镇”同时指两个乡镇（640221103、640221102）",
        ),
    ],
)
def test_a_county_that_does_not_validate_names_file_key_and_remedy(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    file = tmp_path / "county.yml"
    assert old in GOOD
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_county(str(file))
    assert says in str(caught.value)
    assert str(file) in str(caught.value)
    assert "；请" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_absent_county_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"打不开.*HUIZONG_COUNTY"):
        load_county(str(tmp_path / "none.yml"))
