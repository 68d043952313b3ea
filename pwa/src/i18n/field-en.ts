export default import.meta.glob(['./en/shared.json', './en/field-*.json'], {
  eager: true,
  import: 'default',
})
