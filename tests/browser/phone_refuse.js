/* Runs on the phone: leaves it as after the server has refused the newest report, with these words. */
async ([message, detail]) => {
  const { name } = (await indexedDB.databases()).find((one) => one.name.startsWith('gridfield-'))
  const db = await new Promise((done) => {
    indexedDB.open(name).onsuccess = (event) => done(event.target.result)
  })
  await new Promise((done) => {
    const change = db.transaction(['outbox', 'dead'], 'readwrite')
    change.oncomplete = done
    change.objectStore('outbox').getAll().onsuccess = (event) => {
      const { mid, state, ...saved } = event.target.result.find((one) => one.name === 'hazard.report')
      change.objectStore('outbox').delete(mid)
      change.objectStore('dead').put({
        ...saved, verdict: 'rejected', code: 'unknown-item', message,
        errors: [{ pointer: '/args/item_code', code: 'unknown', detail }],
        record: null, at: Date.now(),
      })
    }
  })
  db.close()
}
