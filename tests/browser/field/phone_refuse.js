/* Runs on the phone: leaves it as after the server has refused or held these mutations, the newest of each name. */
async (refusals) => {
  const { name } = (await indexedDB.databases()).find((one) => one.name.startsWith('gridfield-'))
  const db = await new Promise((done) => {
    indexedDB.open(name).onsuccess = (event) => done(event.target.result)
  })
  const ids = {}
  await new Promise((done) => {
    const change = db.transaction(['outbox', 'journal', 'dead'], 'readwrite')
    change.oncomplete = done
    change.objectStore('outbox').getAll().onsuccess = (event) => {
      for (const { name: wanted, ...said } of refusals) {
        const { mid, state, ...saved } = event.target.result.findLast((one) => one.name === wanted)
        ids[wanted] = saved.mutation_id
        change.objectStore('outbox').delete(mid)
        change.objectStore('dead').put({ ...saved, record: null, at: Date.now(), ...said })
        change.objectStore('journal').get(saved.mutation_id).onsuccess = ({ target }) => {
          change.objectStore('journal').put({ ...target.result, verdict: said.verdict })
        }
      }
    }
  })
  db.close()
  return ids
}
