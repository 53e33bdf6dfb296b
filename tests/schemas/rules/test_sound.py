"""No rule cries wolf: sixty sound forms of one town, in the words of as many trades, bring not one finding."""

from pathlib import Path

import yaml

from tests.support.frames import a_form, judged

_TOLD = yaml.safe_load(Path(__file__).with_name("sound.yml").read_text(encoding="utf-8"))
_GOAL = "通过实施{project}，完成年度各项任务，保障{project}资金规范使用。"


def test_sound_forms_bring_no_finding() -> None:
    forms = [
        a_form(number=number, goal=_GOAL.format(project=told["project"]), **told)
        for number, told in enumerate(_TOLD, start=1)
    ]
    judgement = judged(forms)
    spoken = [
        (row["rule_id"], row["form_no"], row["value"], row["message"])
        for row in judgement.findings.to_dict("records")
    ]
    assert spoken == []
    assert len(judgement.forms) == len(_TOLD) > 60
    assert len(judgement.indicators) > 450
