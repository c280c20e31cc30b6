// The tests that every build passes in every runtime.
import "./system.js";
import "./values.js";
import "./collections.js";
import "./queries.js";
import "./select.js";
import "./migrations.js";
import "./rekey.js";
import "./tables.js";
import "./rows.js";
import "./transactions.js";
import "./watch.js";
import "./watch-lists.js";
import "./partition.js";
import "./errors.js";
import "./transfer.js";
import "./refusals.js";
import "./getters.js";
