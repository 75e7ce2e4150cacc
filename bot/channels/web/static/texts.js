// The sentences that the page was sent with.
export const texts = JSON.parse(document.getElementById("texts").textContent);
