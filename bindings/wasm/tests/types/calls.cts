// The types of the package by `require`.
import keyloft = require("keyloft/memory");

const db: keyloft.Database = keyloft.Database.memory();
const users: keyloft.User[] = db.users.scan().toArray();
// @ts-expect-error: a user's key is a string
db.users.get(1);
keyloft.default satisfies typeof keyloft.init;
void users;
