// The customer's own script: opens the chat from the page. Calls made before the widget is there are kept for it.
window.Rapport = window.Rapport || function () { (window.Rapport.q = window.Rapport.q || []).push(arguments); };
for (const button of document.querySelectorAll("[data-open]")) button.addEventListener("click", () => window.Rapport("open"));
