// The package's worker with files that can't be synced any more after a message.
import "./failing-sync.js";
import "/keyloft/web/keyloft/worker.js";
