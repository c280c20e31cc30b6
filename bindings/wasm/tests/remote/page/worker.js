import { Database } from "/keyloft/web/index.js";

let db;
onmessage = async ({ data }) => {
  if (data.direct) {
    try {
      (await Database.openDirect(data.direct)).close();
      postMessage({});
    } catch ({ code }) {
      postMessage({ code });
    }
    return;
  }
  if (data.open) db = await Database.open(data.open);
  if (data.put) await db.users.put({ userId: data.put, username: data.put });
  if (data.close) {
    await db.close();
    postMessage({ closed: db.closed });
    return;
  }
  const ids = (await db.users.scan().toArray()).map((user) => user.userId);
  postMessage({ role: db.role, ids });
};
