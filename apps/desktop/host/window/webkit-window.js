// The window on Linux: WebKitGTK in gjs, so that nothing has to be downloaded. The address comes on standard input and
// not as an argument, which everybody on this computer could read. Nothing of the page is kept on the disk.
//
// Standard input: the address; later "raise", or another address after "open ". Standard output: "ready" once shown.
/* global imports, ARGV, print */
imports.gi.versions.Gtk = '3.0';
imports.gi.versions.WebKit2 = '4.1';
const { Gdk, Gio, GLib, Gtk, WebKit2 } = imports.gi;
const { byteArray } = imports;

Gtk.init(null);
GLib.set_prgname('mental-health-bar');
GLib.set_application_name('Mental Health Bar');

const [place = ''] = ARGV;
const context = WebKit2.WebContext.new_ephemeral();
const view = new WebKit2.WebView({ web_context: context });
const settings = view.get_settings();
settings.enable_developer_extras = false;
settings.enable_html5_database = false;
settings.enable_webrtc = false;
settings.enable_media_stream = false;
settings.javascript_can_open_windows_automatically = false;

const window = new Gtk.Window({ title: 'Mental Health Bar' });
window.set_icon_name('mental-health-bar');
window.set_default_size(1100, 780);
window.add(view);
window.connect('destroy', () => Gtk.main_quit());

/** One half of the screen, for two windows beside each other. */
const putBeside = (side) => {
  const display = Gdk.Display.get_default();
  const monitor = display.get_primary_monitor() || display.get_monitor(0);
  const { x, y, width, height } = monitor.get_workarea();
  const half = Math.floor(width / 2);
  window.set_default_size(half, height);
  window.move(side === 'right' ? x + half : x, y);
};
if (place !== '') putBeside(place);

let home = '';
const isOurs = (uri) => uri === home || uri.startsWith(home + '/') || uri === 'about:blank';
const isOurFile = (uri) => isOurs(uri) || uri.startsWith(`blob:${home}/`);

// Nothing leads out of the app, and nothing opens a window of its own.
view.connect('decide-policy', (_, decision, type) => {
  if (type === WebKit2.PolicyDecisionType.RESPONSE) return false;
  const uri = decision.get_navigation_action().get_request().get_uri();
  if (type === WebKit2.PolicyDecisionType.NAVIGATION_ACTION && isOurFile(uri)) return false;
  decision.ignore();
  return true;
});
view.connect('permission-request', (_, request) => {
  request.deny();
  return true;
});
view.connect('context-menu', () => false);

const downloads = () =>
  GLib.get_user_special_dir(GLib.UserDirectory.DIRECTORY_DOWNLOAD) || GLib.get_home_dir();

/** A name that is free: "name.json", "name (2).json" and so on. */
const freePlace = (name) => {
  const safe = name.replaceAll(/[/\\\0]/g, '_').replace(/^\.+/, '_') || 'export';
  const dot = safe.lastIndexOf('.');
  const [stem, end] = dot > 0 ? [safe.slice(0, dot), safe.slice(dot)] : [safe, ''];
  for (let count = 1; ; count += 1) {
    const path = GLib.build_filenamev([downloads(), count === 1 ? safe : `${stem} (${count})${end}`]);
    if (!GLib.file_test(path, GLib.FileTest.EXISTS)) return path;
  }
};

context.connect('download-started', (_, download) => {
  download.connect('decide-destination', (__, name) => {
    download.set_destination(GLib.filename_to_uri(freePlace(name), null));
    return true;
  });
});

const open = (uri) => {
  home = uri.split('/').slice(0, 3).join('/');
  view.load_uri(uri);
};

const raise = () => {
  window.deiconify();
  window.present_with_time(Gtk.get_current_event_time());
};

const input = new Gio.DataInputStream({ base_stream: new Gio.UnixInputStream({ fd: 0, close_fd: false }) });
const listen = () => {
  input.read_line_async(GLib.PRIORITY_DEFAULT, null, (_, result) => {
    const [bytes] = input.read_line_finish(result);
    // The host is gone.
    if (bytes === null) {
      Gtk.main_quit();
      return;
    }
    const line = byteArray.toString(bytes);
    if (line.startsWith('open ')) open(line.slice('open '.length));
    if (line === 'raise') raise();
    listen();
  });
};
listen();

window.show_all();
print('ready');
Gtk.main();
