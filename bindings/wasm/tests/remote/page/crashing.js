// The package's worker, whose engine crashes at the next call once that is asked for.
import "./crash.js";
import "/keyloft/web/worker.js";
