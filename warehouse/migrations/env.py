"""What alembic runs around the migrations: our connection, our metadata, and the views."""

from alembic import context

from warehouse.migrations import VERSION_TABLE, current_revision
from warehouse.tables import metadata
from warehouse.views import create_views, drop_views

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",
)
drop_views(connection)
with context.begin_transaction():
    context.run_migrations()
if current_revision(connection) == context.script.get_current_head():
    create_views(connection)
