/** The theme's variables, written by `theme-css.ts`. */
declare module 'virtual:theme.css';
