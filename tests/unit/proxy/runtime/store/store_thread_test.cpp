#include "proxy/runtime/store/store_thread.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>

#include "tests/unit/proxy/runtime/store/sample_rows.hpp"
#include "tests/unit/proxy/runtime/store/temp_dir.hpp"

namespace proxy::store {
namespace {

using record::Change;
using Durability = Settings::Durability;

/// What the store thread has said, and a gate in which it can be held.
class Heard {
 public:
  struct News {
    bool stored;
    Seq from, upto;
    bool operator==(const News&) const = default;
  };

  StoreThread::Listener listener() {
    return {[this](Seq upto) {
              say({true, 0, upto});
            },
            [this](Seq from, Seq upto, const std::string& why) {
              EXPECT_FALSE(why.empty());
              say({false, from, upto});
            }};
  }
  /// Holds the store thread at its next report until open().
  void close() {
    const std::lock_guard lock(mutex_);
    open_ = false;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  /// Until the store thread has said something about `seq`.
  void await(Seq seq) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !news_.empty() && news_.back().upto >= seq; });
  }
  std::vector<News> news() const {
    const std::lock_guard lock(mutex_);
    return news_;
  }

 private:
  void say(News news) {
    std::unique_lock lock(mutex_);
    news_.push_back(news);
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool open_{true};
  std::vector<News> news_;
};
using News = Heard::News;

std::vector<Change> one_user(std::int64_t id) { return {user_row(id)}; }
/// Fails in every commit.
std::vector<Change> poison() { return {record::BindingRefresh{404, 1, wall(1), "", ""}}; }

class StoreThreadTest : public ::testing::Test {
 protected:
  StoreThread& start(StoreThread::Options options = {}) {
    return thread_.emplace(std::make_unique<Store>(dir_.path(), Durability::commit),
                           heard_.listener(), options);
  }
  /// Submits batch 1 and holds the store thread in its report, so that what follows gathers.
  void hold_at_first_batch() {
    heard_.close();
    ASSERT_TRUE(thread_->submit(1, one_user(1)));
    heard_.await(1);
  }
  std::vector<std::int64_t> stored_users() const {
    std::vector<std::int64_t> ids;
    for (const auto& user : Store(dir_.path(), Durability::commit).load().users) {
      ids.push_back(user.id);
    }
    return ids;
  }

  TempDir dir_;
  Heard heard_;
  std::optional<StoreThread> thread_;
};
using Ids = std::vector<std::int64_t>;

TEST_F(StoreThreadTest, CommitsABatchAndSaysSo) {
  start().submit(1, one_user(1));
  heard_.await(1);
  EXPECT_EQ(stored_users(), Ids{1});
  EXPECT_EQ(heard_.news(), (std::vector<News>{{true, 0, 1}}));
}

TEST_F(StoreThreadTest, WhatGathersDuringACommitIsTheNextCommit) {
  auto& thread = start();
  hold_at_first_batch();
  for (Seq seq = 2; seq <= 50; ++seq) {
    EXPECT_TRUE(thread.submit(seq, one_user(static_cast<std::int64_t>(seq))));
  }
  heard_.open();
  heard_.await(50);
  EXPECT_EQ(heard_.news(), (std::vector<News>{{true, 0, 1}, {true, 0, 50}}));
  thread.stop();
  EXPECT_EQ(thread.figures().commits, 2U);
  EXPECT_EQ(thread.figures().batches, 50U);
  EXPECT_EQ(stored_users().size(), 50U);
}

TEST_F(StoreThreadTest, AFailureIsReportedOnceAndTheNextBatchIsCommitted) {
  auto& thread = start();
  thread.submit(1, poison());
  heard_.await(1);
  thread.submit(2, one_user(2));
  heard_.await(2);
  EXPECT_EQ(heard_.news(), (std::vector<News>{{false, 1, 1}, {true, 0, 2}}));
  EXPECT_EQ(stored_users(), Ids{2});
}

TEST_F(StoreThreadTest, AGroupThatFailsAsAWholeIsReportedOnce) {
  auto& thread = start();
  hold_at_first_batch();
  for (Seq seq = 2; seq <= 9; ++seq) thread.submit(seq, poison());
  heard_.open();
  heard_.await(9);
  EXPECT_EQ(heard_.news(), (std::vector<News>{{true, 0, 1}, {false, 2, 9}}));
}

TEST_F(StoreThreadTest, ABatchThatCannotBeStoredDoesNotTakeItsGroupAlong) {
  auto& thread = start();
  hold_at_first_batch();
  thread.submit(2, one_user(2));
  thread.submit(3, poison());
  thread.submit(4, one_user(4));
  heard_.open();
  heard_.await(4);
  EXPECT_EQ(heard_.news(),
            (std::vector<News>{{true, 0, 1}, {true, 0, 2}, {false, 3, 3}, {true, 0, 4}}));
  EXPECT_EQ(stored_users(), (Ids{1, 2, 4}));
}

TEST_F(StoreThreadTest, ALostRangeDoesNotCoverABatchThatWasNeverTaken) {
  auto& thread = start();
  hold_at_first_batch();
  thread.submit(2, poison());
  thread.submit(4, poison());
  heard_.open();
  heard_.await(4);
  EXPECT_EQ(heard_.news(), (std::vector<News>{{true, 0, 1}, {false, 2, 2}, {false, 4, 4}}));
}

TEST_F(StoreThreadTest, AFullQueueRefusesABatch) {
  auto& thread = start({.queued_changes = 3, .log = {}});
  hold_at_first_batch();
  EXPECT_TRUE(thread.submit(2, {user_row(2), user_row(3)}));
  EXPECT_FALSE(thread.submit(3, {user_row(4), user_row(5)}));
  EXPECT_TRUE(thread.submit(4, {user_row(6)}));
  heard_.open();
  heard_.await(4);
  thread.stop();
  EXPECT_EQ(thread.figures().refused_batches, 1U);
  EXPECT_EQ(stored_users(), (Ids{1, 2, 3, 6}));
}

TEST_F(StoreThreadTest, StoppingCommitsWhatWasTakenAndEmptiesTheLog) {
  auto& thread = start();
  hold_at_first_batch();
  thread.submit(2, one_user(2));
  heard_.open();
  thread.stop();
  EXPECT_EQ(heard_.news().back(), (News{true, 0, 2}));
  EXPECT_FALSE(thread.submit(3, one_user(3)));
  const auto log = dir_.path() + "/sipwake.db-wal";
  EXPECT_TRUE(!std::filesystem::exists(log) || std::filesystem::file_size(log) == 0);
  EXPECT_EQ(stored_users(), (Ids{1, 2}));
}

TEST_F(StoreThreadTest, TheLogDoesNotGrowWithoutLimitUnderUnbrokenLoad) {
  auto& thread = start({.queued_changes = 65'536, .log = {.soft = 20, .hard = 100}});
  constexpr Seq batches = 2'000;
  std::uintmax_t largest = 0;
  for (Seq seq = 1; seq <= batches; ++seq) {
    ASSERT_TRUE(thread.submit(seq, one_user(static_cast<std::int64_t>(seq))));
    if (seq % 50 != 0) continue;
    heard_.await(seq);
    largest = std::max(largest, std::filesystem::file_size(dir_.path() + "/sipwake.db-wal"));
  }
  heard_.await(batches);
  thread.stop();
  EXPECT_GT(thread.figures().checkpoints.passes, 0U);
  // A group may go past the bound once: 50 batches of three pages at most.
  EXPECT_LT(largest, (100U + 150U) * 4'200U);
}

/// Commits users 1, 2, ... for ever and writes each committed number to the pipe.
[[noreturn]] void commit_until_killed(const std::string& data_dir, int pipe) {
  StoreThread thread(std::make_unique<Store>(data_dir, Durability::commit),
                     {[pipe](Seq upto) {
                        if (::write(pipe, &upto, sizeof upto) != sizeof upto) ::_exit(1);
                      },
                      [](Seq, Seq, const std::string&) { ::_exit(2); }},
                     {.queued_changes = 100, .log = {.soft = 50, .hard = 200}});
  for (Seq seq = 1;;) {
    if (thread.submit(seq, one_user(static_cast<std::int64_t>(seq)))) seq += 1;
  }
}

TEST_F(StoreThreadTest, EverythingReportedSurvivesAKill) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) commit_until_killed(dir_.path(), pipe[1]);
  ::close(pipe[1]);
  Seq reported = 0;
  while (reported < 3'000) ASSERT_EQ(::read(pipe[0], &reported, sizeof reported), 8);
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  while (::read(pipe[0], &reported, sizeof reported) == 8) {
  }
  ::close(pipe[0]);
  const auto users = stored_users();
  ASSERT_GE(users.size(), reported);
  for (std::size_t i = 0; i < users.size(); ++i) {
    ASSERT_EQ(users[i], static_cast<std::int64_t>(i + 1)) << "a hole";
  }
}

}  // namespace
}  // namespace proxy::store
