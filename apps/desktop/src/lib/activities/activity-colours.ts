/** The colours an activity can be given; imported ones keep theirs. */
export const activityColours: readonly { readonly value: string; readonly text: string }[] = [
  { value: '#4c4f9e', text: 'Indigo' },
  { value: '#7a4f9a', text: 'Violet' },
  { value: '#9a4a78', text: 'Plum' },
  { value: '#c0605f', text: 'Rose' },
  { value: '#b8743c', text: 'Clay' },
  { value: '#b8932a', text: 'Gold' },
  { value: '#5d8a57', text: 'Green' },
  { value: '#3f8a8c', text: 'Teal' },
];
