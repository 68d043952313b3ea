/* Runs on the phone: writes wrong arguments into the newest waiting mutation of this name; answers what was saved. */
async ({ name: wanted, wrong }) => {
  const { name } = (await indexedDB.databases()).find((one) => one.name.startsWith('gridfield-'))
  const db = await new Promise((done) => {
    indexedDB.open(name).onsuccess = (event) => done(event.target.result)
  })
  let saved
  await new Promise((done) => {
    const change = db.transaction(['outbox', 'journal'], 'readwrite')
    change.oncomplete = done
    change.objectStore('outbox').getAll().onsuccess = ({ target }) => {
      saved = target.result.findLast((one) => one.name === wanted)
      const args = { ...saved.args, ...wrong }
      change.objectStore('outbox').put({ ...saved, args })
      change.objectStore('journal').get(saved.mutation_id).onsuccess = ({ target: { result } }) => {
        change.objectStore('journal').put({ ...result, args })
      }
    }
  })
  db.close()
  return saved
}
