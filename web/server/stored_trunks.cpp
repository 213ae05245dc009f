#include <algorithm>

#include "web/server/stored.hpp"

// Trunks, routes and groups are few: one is found by walking the list.

namespace web::server {
namespace {

using proxy::view::Refused;

constexpr std::size_t all_of_them = 1'000;

template <class Row>
std::optional<Row> find(std::vector<Row> rows, const proxy::record::RowName& which) {
  const auto at = std::ranges::find_if(rows, [&](const Row& row) {
    return which.id != 0 ? row.id == which.id : row.name == which.name;
  });
  return at == rows.end() ? std::nullopt : std::optional{std::move(*at)};
}

}  // namespace

api::Answer Stored::answer(const api::ListTrunks& task) {
  auto rows = reader_.trunks(task.page.after, task.page.limit + 1);
  const bool more = rows.size() > task.page.limit;
  if (more) rows.resize(task.page.limit);
  return api::Trunks{std::move(rows), more};
}

api::Answer Stored::answer(const api::ReadTrunk& task) {
  auto row = find(reader_.trunks(0, all_of_them), task.which);
  if (!row) return Refused{404, "", "there is no such trunk"};
  return api::OneTrunk{*std::move(row)};
}

api::Answer Stored::answer(const api::ListRoutes& task) {
  auto rows = reader_.routes(task.page.after, task.page.limit + 1);
  const bool more = rows.size() > task.page.limit;
  if (more) rows.resize(task.page.limit);
  return api::Routes{std::move(rows), more};
}

api::Answer Stored::answer(const api::ReadRoute& task) {
  auto row = find(reader_.routes(0, all_of_them), task.which);
  if (!row) return Refused{404, "", "there is no such route"};
  return api::OneRoute{*std::move(row)};
}

api::Answer Stored::answer(const api::ListGroups& task) {
  auto rows = reader_.groups(task.page.after, task.page.limit + 1);
  const bool more = rows.size() > task.page.limit;
  if (more) rows.resize(task.page.limit);
  return api::Groups{std::move(rows), more};
}

api::Answer Stored::answer(const api::ReadGroup& task) {
  auto row = reader_.group(task.aor);
  if (!row) return Refused{404, "", "there is no such group"};
  return api::OneGroup{*std::move(row)};
}

}  // namespace web::server
