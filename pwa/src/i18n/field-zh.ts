export default import.meta.glob('./zh-CN/field-{attention,crew,hazards,inspections,map,me,notices,patrols,photos,rescue,sync-errors,sync-names,sync-states,visits}.json', {
  eager: true,
  import: 'default',
})
