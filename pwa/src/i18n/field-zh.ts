export default import.meta.glob('./zh-CN/field-{attention,hazards,inspections,map,me,patrols,photos}.json', {
  eager: true,
  import: 'default',
})
