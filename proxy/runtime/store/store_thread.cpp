#include "proxy/runtime/store/store_thread.hpp"

#include <iterator>
#include <span>
#include <utility>

namespace proxy::store {

void StoreThread::Queue::clear() {
  batches.clear();
  changes.clear();
}

StoreThread::StoreThread(std::unique_ptr<Store> store, Listener listener, Options options)
    : store_(std::move(store)),
      listener_(std::move(listener)),
      options_(options),
      checkpointer_(std::in_place, store_->path(), options.log),
      thread_([this] { run(); }) {}

StoreThread::~StoreThread() { stop(); }

bool StoreThread::submit(Seq seq, std::vector<record::Change> changes) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || queue_.changes.size() + changes.size() > options_.queued_changes) {
    figures_.refused_batches += 1;
    return false;
  }
  std::move(changes.begin(), changes.end(), std::back_inserter(queue_.changes));
  queue_.batches.push_back({seq, queue_.changes.size()});
  if (waiting_) wake_.notify_one();
  return true;
}

void StoreThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (!thread_.joinable()) return;
  thread_.join();
  {
    const std::lock_guard lock(mutex_);
    figures_.checkpoints = checkpointer_->figures();
    checkpointer_.reset();
  }
  store_->truncate_log();
  store_.reset();
}

StoreThread::Figures StoreThread::figures() const {
  const std::lock_guard lock(mutex_);
  auto figures = figures_;
  figures.queued_changes = queue_.changes.size();
  if (checkpointer_) figures.checkpoints = checkpointer_->figures();
  return figures;
}

void StoreThread::run() {
  Queue group;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      waiting_ = true;
      wake_.wait(lock, [this] { return stopping_ || !queue_.batches.empty(); });
      waiting_ = false;
      if (queue_.batches.empty()) return;
      std::swap(group, queue_);
    }
    commit_group(group);
    group.clear();
  }
}

void StoreThread::commit_group(const Queue& group) {
  if (!store_->commit(group.changes)) {
    {
      const std::lock_guard lock(mutex_);
      figures_.commits += 1;
      figures_.batches += group.batches.size();
      figures_.changes += group.changes.size();
    }
    listener_.committed(group.batches.back().seq);
  } else {
    commit_one_by_one(group);
  }
  checkpointer_->committed(store_->log_pages());
}

void StoreThread::commit_one_by_one(const Queue& group) {
  // One batch that cannot be stored must not take the others with it.
  std::vector<Seq> lost;
  std::string first_why;
  const auto report_lost = [&] {
    if (!lost.empty()) listener_.failed(lost.front(), lost.back(), first_why);
    lost.clear();
  };
  std::size_t begin = 0;
  for (const auto& batch : group.batches) {
    auto why = commit_batch(std::span(group.changes).subspan(begin, batch.end - begin));
    begin = batch.end;
    if (!why || (!lost.empty() && lost.back() + 1 != batch.seq)) report_lost();
    if (why) {
      if (lost.empty()) first_why = *std::move(why);
      lost.push_back(batch.seq);
    } else {
      listener_.committed(batch.seq);
    }
  }
  report_lost();
}

std::optional<std::string> StoreThread::commit_batch(std::span<const record::Change> changes) {
  auto why = store_->commit(changes);
  const std::lock_guard lock(mutex_);
  if (why) {
    figures_.failed_batches += 1;
  } else {
    figures_.commits += 1;
    figures_.batches += 1;
    figures_.changes += changes.size();
  }
  return why;
}

}  // namespace proxy::store
