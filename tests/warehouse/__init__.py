"""Tests of the warehouse: tables, ledger, migrations, views, expectations, dictionary."""
