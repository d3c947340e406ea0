// Sets the theme before the first paint. A file of its own, because the content security policy
// allows no inline script without a nonce.
(function () {
  function stored() {
    try {
      return localStorage.getItem('sg.theme');
    } catch {
      return null;
    }
  }
  var theme = stored();
  document.documentElement.setAttribute(
    'data-theme',
    theme === 'light' || theme === 'dark' ? theme : 'system',
  );
})();
