import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'

/** Floors of src/, from the top down: an import runs down, never up. */
const floors = [
  ['field', 'centre', 'report'],
  ['ui', 'map', 'sync', 'sw'],
  ['db', 'api', 'i18n'],
  ['domain'],
]

/** The two bundles never meet; a lower floor never imports a higher one. */
const floorRules = floors.flatMap((rooms, floor) =>
  rooms.map((room) => {
    const above = floors.slice(0, floor).flat()
    const beside = floor === 0 ? rooms.filter((other) => other !== room) : []
    const withoutVue = ['sync', 'db', 'domain', 'sw'].includes(room)
    return {
      files: [`src/${room}/**/*.{ts,vue}`],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              ...[...above, ...beside].map((other) => ({
                regex: `^(\\.\\./)+${other}/`,
                message: `src/${room} stands below or beside src/${other}.`,
              })),
              ...(withoutVue
                ? [{ regex: '^(vue|vue-router)$|/i18n(/|$)', message: 'No Vue on this floor.' }]
                : []),
            ],
          },
        ],
      },
    }
  }),
)

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'node_modules'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  ...vue.configs['flat/recommended'],
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js'] },
        extraFileExtensions: ['.vue'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // A number in a template string reads well and cannot surprise.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // The other rule of the pair, no-non-null-assertion, is the one we keep.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // `() => doIt()` is how handlers are written; what they return is nobody's concern.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      'max-lines': ['error', { max: 300 }],
      'no-undef': 'off', // TypeScript knows the names of the browser.
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/no-v-html': 'error',
      'vue/multi-word-component-names': 'off', // Files are named after their noun; templates write them in PascalCase.
      'vue/require-default-prop': 'off', // TypeScript's optional property says it.
      // Layout of a template is the author's: no formatter runs over it.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
    },
  },
  { files: ['**/*.{ts,js}'], rules: { 'no-undef': 'off' } },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked },
  ...floorRules,
)
