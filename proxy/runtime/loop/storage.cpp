#include "proxy/runtime/loop/storage.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "proxy/runtime/loop/server.hpp"

namespace proxy::runtime {
namespace {

constexpr std::string_view home_domain_key = "home_domain";

}  // namespace

Storage::Storage(const Settings& settings, Tell tell)
    : tell_{std::move(tell)}, path_{store::database_path(settings.data_dir)} {
  try {
    open(settings);
  } catch (const store::StoreError& error) {
    throw StartError{error.what()};
  }
}

void Storage::open(const Settings& settings) {
  lock_.emplace(store::DataLock::take(settings.data_dir));
  store_ = std::make_unique<store::Store>(settings.data_dir, settings.durability);
  snapshot_ = store_->load();
}

std::string Storage::home_domain(const std::string& proposal) {
  const auto& rows = snapshot_.settings;
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [](const auto& row) { return row.key == home_domain_key; });
  if (found != rows.end() && !found->value.empty()) return found->value;
  const std::array<record::Change, 1> row{record::Setting{std::string{home_domain_key}, proposal}};
  if (const auto why = store_->commit(row)) throw StartError{path_ + ": " + *why};
  return proposal;
}

void Storage::start() {
  store::StoreThread::Listener listener;
  listener.committed = [this](Seq upto) { tell_(Committed{upto}); };
  listener.failed = [this](Seq from, Seq upto, std::string why) {
    tell_(StoreFailed{from, upto, std::move(why)});
  };
  thread_.emplace(std::move(store_), std::move(listener), store::StoreThread::Options{});
}

bool Storage::submit(Seq seq, std::vector<record::Change> changes) {
  return thread_->submit(seq, std::move(changes));
}

void Storage::stop() {
  if (thread_) thread_->stop();
}

}  // namespace proxy::runtime
