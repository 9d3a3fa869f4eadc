// SPDX-License-Identifier: Apache-2.0
// What this device remembers of its subscription. IndexedDB, because pages and the service worker
// both need it; one record for each Tocsin server, because a foreign page may know several.

export interface Remembered {
  id: string; // the subscription's id at the server
  endpoint: string; // of the push subscription which that id names
  syncedAt: number; // milliseconds since 1970: when the server last confirmed it
  siteName: string;
  language: string;
}

const kStore = "subscriptions";

function request<T>(of: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    of.onsuccess = () => resolve(of.result);
    of.onerror = () => reject(of.error ?? new Error("storage failed"));
  });
}

async function store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  const opening = indexedDB.open("tocsin", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(kStore);
  const database = await request(opening);
  const transaction = database.transaction(kStore, mode);
  transaction.oncomplete = transaction.onabort = () => database.close();
  return transaction.objectStore(kStore);
}

// Nothing where nothing is remembered, and where the browser keeps no storage (private windows).
export async function recall(server: string): Promise<Remembered | undefined> {
  try {
    return await request<Remembered | undefined>((await store("readonly")).get(server));
  } catch {
    return undefined;
  }
}

export async function remember(server: string, value: Remembered): Promise<void> {
  try {
    await request((await store("readwrite")).put(value, server));
  } catch {
    // Without storage the server recognises the device by its endpoint at the next visit.
  }
}

export async function forget(server: string): Promise<void> {
  try {
    await request((await store("readwrite")).delete(server));
  } catch {
    // Nothing was remembered.
  }
}
