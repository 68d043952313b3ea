/* Runs on the phone: every record that it holds, by kind. */
async () => {
  const { name } = (await indexedDB.databases()).find((one) => one.name.startsWith('gridfield-'))
  const db = await new Promise((done, fail) => {
    const asked = indexedDB.open(name)
    asked.onsuccess = () => done(asked.result)
    asked.onerror = () => fail(asked.error)
  })
  const all = await new Promise((done) => {
    db.transaction('base').objectStore('base').getAll().onsuccess = (event) => done(event.target.result)
  })
  db.close()
  const rows = {}
  for (const { kind, id, row } of all) (rows[kind] ??= []).push({ ...row, id })
  return rows
}
