#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <unordered_map>

#include "app/cli/admin.hpp"
#include "app/cli/aor.hpp"
#include "app/cli/commands.hpp"
#include "app/cli/exit.hpp"
#include "app/cli/user_file.hpp"
#include "proxy/runtime/store/reader.hpp"

namespace app::cli {
namespace {

constexpr std::size_t file_bytes_max = 268'435'456;
constexpr std::size_t chunk_rows = 500;
/// A request to the server is at most 1 MB, and a byte may take six in JSON.
constexpr std::size_t chunk_bytes = 150'000;

std::string read_file(const std::string& name) {
  errno = 0;
  std::ifstream in{name, std::ios::binary};
  std::string text;
  std::string piece(1'048'576, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
    text.append(piece, 0, static_cast<std::size_t>(in.gcount()));
    if (text.size() > file_bytes_max) throw BadUsage{name + ": is larger than 256 MB"};
  }
  if (!in.is_open() || in.bad()) throw BadUsage{name + ": cannot be read: " + std::strerror(errno)};
  return text;
}

/// How far the import is, on one line of a terminal.
class Progress {
 public:
  explicit Progress(std::size_t total) : total_{total}, shown_{::isatty(STDERR_FILENO) != 0} {}
  ~Progress() {
    if (shown_) std::cerr << '\n';
  }
  Progress(Progress&&) = delete;
  void show(std::size_t done) const {
    if (shown_) std::cerr << "\rimported " << done << " of " << total_ << std::flush;
  }

 private:
  std::size_t total_;
  bool shown_;
};

/// An import that gives no name leaves the one that is known.
void keep_names(std::vector<proxy::AddUser>& users, const std::string& data_dir) {
  constexpr std::size_t page = 1'000;
  std::unordered_map<std::string, std::string> names;
  proxy::store::Reader reader{data_dir};
  std::int64_t last = 0;
  for (bool more = true; more;) {
    auto known = reader.users(last, page);
    more = known.size() == page;
    if (more) last = known.back().id;
    for (auto& user : known)
      if (!user.display_name.empty())
        names.emplace(std::move(user.aor), std::move(user.display_name));
  }
  for (auto& user : users)
    if (const auto known = names.find(user.aor); user.display_name.empty() && known != names.end())
      user.display_name = known->second;
}

/// The next users from `from` on that make one request.
proxy::ImportUsers chunk_of(const std::vector<proxy::AddUser>& users, std::size_t from) {
  proxy::ImportUsers chunk;
  std::size_t bytes = 0;
  for (std::size_t i = from; i < users.size() && chunk.users.size() < chunk_rows; ++i) {
    const auto& user = users[i];
    bytes += user.aor.size() + user.password.size() + user.display_name.size() +
             user.ha1_md5.size() + user.ha1_sha256.size() + user.ha1_sha512_256.size();
    for (const auto* target : {&user.forwarding.always, &user.forwarding.busy,
                               &user.forwarding.no_answer, &user.forwarding.not_reachable})
      bytes += target->value_or("").size();
    if (bytes > chunk_bytes && !chunk.users.empty()) break;
    chunk.users.push_back(user);
  }
  return chunk;
}

}  // namespace

int user_import(const ImportOptions& options) {
  const auto settings = options.place.load_with_names();
  auto file = read_users(read_file(options.file), options.file, settings);
  if (file.bad_rows > 0) {
    for (const auto& error : file.errors) std::cerr << error << '\n';
    throw Failed{std::to_string(file.bad_rows) + " bad rows, nothing imported"};
  }
  if (!file.unused_columns.empty())
    std::cerr << options.file << ": columns not used: " << file.unused_columns << '\n';

  const auto admin = Admin::open(settings);
  keep_names(file.users, settings.data_dir);
  const Progress progress{file.users.size()};
  for (std::size_t done = 0; done < file.users.size();) {
    const auto chunk = chunk_of(file.users, done);
    const auto answer = admin->change(chunk);
    if (const auto* refused = std::get_if<proxy::view::Refused>(&answer))
      throw Failed{options.file + ':' + std::to_string(file.lines[done]) + ": " + refused->why +
                   "; imported " + std::to_string(done) + " of " +
                   std::to_string(file.users.size())};
    done += chunk.users.size();
    progress.show(done);
  }
  const auto foreign = std::find_if(file.users.begin(), file.users.end(), [&](const auto& user) {
    return !note_on_domain(user.aor, settings).empty();
  });
  if (foreign != file.users.end())
    std::cerr << "note: " << note_on_domain(foreign->aor, settings) << '\n';
  std::cout << "imported " << file.users.size() << " users\n";
  return Exit::done;
}

}  // namespace app::cli
