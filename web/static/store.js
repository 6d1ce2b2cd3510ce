// The device's own disk: scans not yet answered, scans set aside, and who is sending. Works on plain HTTP too.

const LEASE_MS = 8000;

function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function open() {
  const request = indexedDB.open("floor", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("scans", { keyPath: "seq", autoIncrement: true });
    request.result.createObjectStore("parked", { keyPath: "seq" });
    request.result.createObjectStore("lease", { keyPath: "name" });
  };
  return asked(request);
}

/** What `work` gives, once all of it is on disk. */
async function finished(transaction, work) {
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new Error("not kept"));
  });
  done.catch(() => {}); // told by the failing request already
  const result = await work(transaction);
  await done;
  return result;
}

export class Store {
  #database = null;

  #look(name, work) {
    return this.#within([name], "readonly", work);
  }

  #change(names, work) {
    return this.#within(names, "readwrite", work);
  }

  async #within(names, mode, work) {
    this.#database ??= open();
    try {
      const database = await this.#database;
      database.onclose = () => (this.#database = null); // the browser may close it: cleared data, a full disk
      return await finished(database.transaction(names, mode, { durability: "strict" }), work);
    } catch (error) {
      this.#database = null;
      throw error;
    }
  }

  /** @returns {Promise<number>} the number of the scan on this device; when it comes, the scan is on disk */
  async keep(scan) {
    const add = () => this.#change(["scans"], (change) => asked(change.objectStore("scans").add(scan)));
    return add().catch(add); // a second time with a fresh connection; a scan added twice would have one id
  }

  first() {
    return this.#look("scans", async (look) => (await asked(look.objectStore("scans").openCursor()))?.value ?? null);
  }

  drop(seq) {
    return this.#change(["scans"], (change) => asked(change.objectStore("scans").delete(seq)));
  }

  park(scan, status) {
    return this.#change(["scans", "parked"], async (change) => {
      await asked(change.objectStore("parked").put({ ...scan, status }));
      await asked(change.objectStore("scans").delete(scan.seq));
    });
  }

  parked() {
    return this.#look("parked", (look) => asked(look.objectStore("parked").getAll()));
  }

  /** Takes all parked scans away: back into the queue with their old ids and numbers, or for good. */
  unpark(again) {
    return this.#change(["scans", "parked"], async (change) => {
      for (const { status, ...scan } of await asked(change.objectStore("parked").getAll())) {
        if (again) await asked(change.objectStore("scans").put(scan));
      }
      await asked(change.objectStore("parked").clear());
    });
  }

  waiting() {
    return this.#look("scans", (look) => asked(look.objectStore("scans").count()));
  }

  /** @returns {Promise<boolean>} whether `owner` may send now; a lease that nobody renews runs out */
  lease(owner) {
    return this.#change(["lease"], async (change) => {
      const rows = change.objectStore("lease");
      const held = await asked(rows.get("send"));
      if (held && held.owner !== owner && held.until > Date.now() && held.until < Date.now() + 2 * LEASE_MS) return false;
      await asked(rows.put({ name: "send", owner, until: Date.now() + LEASE_MS }));
      return true;
    });
  }

  release(owner) {
    return this.#change(["lease"], async (change) => {
      const rows = change.objectStore("lease");
      if ((await asked(rows.get("send")))?.owner === owner) await asked(rows.delete("send"));
    });
  }
}
