"""``huizong accept``: a person's answer to a finding into the ledger, and the sentence that says so."""

from flows.opening import open_migrated, refuse_absent, warehouse_faults
from schemas.form import for_clerks
from schemas.rules.wording import shown
from tasks.accept import Wish, accept
from tasks.settings import load_settings
from warehouse.decisions import Answer


def keep_answer(warehouse: str | None, finding: str, wish: Wish) -> str:
    """Keep an answer; returns what to tell.

    Raises:
        UserError: it cannot be kept; says why.
    """
    settings = load_settings(warehouse_url=warehouse)
    refuse_absent(settings.warehouse_url)
    with warehouse_faults():
        engine = open_migrated(settings.warehouse_url)
        try:
            kept = accept(engine, settings.archive, settings.loaded_county, finding, wish)
        finally:
            engine.dispose()
    if kept is None:
        return "以前已经这样决定过，没有改动。"
    return f"已记下：{_words(kept)}（{shown(kept.accepted_by)}）；下次 huizong run 生效，存档的文件不动。"


def _words(answer: Answer) -> str:
    where = "，".join(
        part
        for part in (
            f"《{shown(answer.file_name)}》" if answer.file_name else "",
            for_clerks(answer.address or ""),
        )
        if part
    )
    place = f"{where} " if where else ""
    if answer.kind == "correction":
        return f"{place}由“{shown(answer.old_value or '')}”更正为“{shown(answer.new_value or '')}”"
    if answer.kind == "waiver":
        return f"{place}{answer.rule_id} 的意见予以豁免"
    return f"{place}{answer.rule_id} 的意见以前的决定撤销"
