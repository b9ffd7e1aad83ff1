"""What Alembic runs to bring a store up to date, over the connection it is given.

To change a table: change `qabot.state.tables`, write the next file in `versions`, and raise
`SCHEMA` in `qabot.state.migrate`. A test compares what the steps make with the tables.
"""

from alembic import context

from qabot.state.migrate import VERSION_TABLE
from qabot.state.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
