export default import.meta.glob('./zh-CN/field-{attention,hazards,inspections,map,me,notices,patrols,photos}.json', {
  eager: true,
  import: 'default',
})
