export default import.meta.glob(['./en/shared.json', './en/centre-*.json'], {
  eager: true,
  import: 'default',
})
