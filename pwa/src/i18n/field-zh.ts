export default import.meta.glob('./zh-CN/field-{attention,crew,hazards,inspections,map,me,notices,patrols,photos,rescue,sync-names,visits}.json', {
  eager: true,
  import: 'default',
})
