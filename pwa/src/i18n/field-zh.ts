export default import.meta.glob('./zh-CN/field-{attention,crew,draw,hazards,inspections,map,me,next,notices,patrols,photos,rescue,signing,sync-errors,sync-names,sync-states,visits}.json', {
  eager: true,
  import: 'default',
})
