/** A few groups to begin with, for somebody who has none. */
export const starterSet: readonly { readonly group: string; readonly activities: readonly string[] }[] = [
  { group: 'Body', activities: ['Walk', 'Sport', 'Slept well'] },
  { group: 'People', activities: ['Family', 'Friends', 'Call'] },
  { group: 'Rest', activities: ['Reading', 'Music', 'Nature'] },
];
