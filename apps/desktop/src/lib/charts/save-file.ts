/** Hands a file to the browser to be saved. */
export const saveFile = (name: string, content: Blob): void => {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of it by the next turn; a minute is for slow ones.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
};
