// The package's worker with an engine that crashes at the next call after a message.
import "./crash.js";
import "/keyloft/web/keyloft/worker.js";
