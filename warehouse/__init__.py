"""Where rows live: tables, ledger, migrations, views, expectations."""
