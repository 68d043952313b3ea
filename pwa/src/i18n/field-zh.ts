export default import.meta.glob('./zh-CN/field-{attention,crew,documents,draw,due,hazards,house,inspections,map,me,next,notices,patrols,photos,queue,register,rescue,scan,signing,space,sync-errors,sync-names,sync-states,task,visits}.json', {
  eager: true,
  import: 'default',
})
