/// <reference types="vite/client" />

/** For eslint alone, which does not read templates; vue-tsc knows each component's own type. */
declare module '*.vue' {
  import type { DefineComponent } from 'vue'

  const component: DefineComponent
  export default component
}
