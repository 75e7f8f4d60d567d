/** One document for every page: the host has no other. */
export const ssr = false;
export const prerender = false;
