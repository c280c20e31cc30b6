// The page of the tasks, in the mode in which React mounts everything twice.
import { Database } from "keyloft";
import { KeyloftProvider } from "keyloft/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { rendered, Tasks } from "./tasks.js";

const root = createRoot(document.getElementById("root") as HTMLElement);
let opened = 0;
const open = () => {
  opened++;
  return Database.open("tasks");
};

root.render(
  <StrictMode>
    <KeyloftProvider open={open}>
      <Tasks />
    </KeyloftProvider>
  </StrictMode>,
);

Object.assign(globalThis, { app: { rendered, unmount: () => root.unmount(), opened: () => opened, other: () => Database.open("tasks") } });
