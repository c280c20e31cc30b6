// Fails the syncs of files after a message on the channel `sync`.
let fails = false;
const channel = new BroadcastChannel("sync");
channel.onmessage = () => {
  fails = true;
  channel.postMessage("fails");
};

const { flush } = FileSystemSyncAccessHandle.prototype;
FileSystemSyncAccessHandle.prototype.flush = function () {
  if (fails) throw new DOMException("flush failed", "InvalidStateError");
  return flush.call(this);
};
