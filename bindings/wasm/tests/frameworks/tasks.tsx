// A list of tasks in React, over a database that is durable in the browser.
import type { AsyncDatabase } from "keyloft";
import { useDatabase, useLive } from "keyloft/react";
import { useState } from "react";

interface Task {
  title: string;
  done: boolean;
}

const tasks = (db: AsyncDatabase) => db.collection("tasks", { row: {} as Task, key: "string", index: { title: "string" } });

/** Counts the renderings of each row, for the tests. */
export const rendered: string[] = [];

export function Tasks() {
  const db = useDatabase();
  const [prefix, setPrefix] = useState("");
  const { value: shown, status } = useLive((db) => tasks(db).by("title").scan({ prefix }).live(), [prefix]);
  const { value: all } = useLive((db) => tasks(db).liveCount(), []);
  if (db === undefined || shown === undefined) return <p>Loading…</p>;
  return (
    <main data-status={status}>
      <h1>{all} tasks</h1>
      <input value={prefix} onChange={({ target }) => setPrefix(target.value)} />
      <button onClick={() => tasks(db).put(crypto.randomUUID(), { title: `task ${all}`, done: false })}>Add</button>
      <ul>
        {shown.map(([key, task]) => (
          <TaskRow key={key} task={task} toggle={() => tasks(db).update(key, (task) => ({ ...task, done: !task.done }))} />
        ))}
      </ul>
    </main>
  );
}

function TaskRow({ task, toggle }: { task: Task; toggle: () => void }) {
  rendered.push(task.title);
  return (
    <li className={task.done ? "done" : ""} onClick={toggle}>
      {task.title}
    </li>
  );
}
