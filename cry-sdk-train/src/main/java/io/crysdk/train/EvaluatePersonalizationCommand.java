package io.crysdk.train;

import io.crysdk.AudioClip;
import io.crysdk.CryClassifier;
import io.crysdk.CryReason;
import io.crysdk.ModelSource;
import io.crysdk.Personalization;
import io.crysdk.Personalizer;
import io.crysdk.train.synth.SyntheticDiary.Telling;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what personalising is worth, as Markdown. Needs no PyTorch. */
@Command(
        name = "evaluate-personalization",
        mixinStandardHelpOptions = true,
        description = "Learns synthetic babies, or the groups of a manifest, and judges that forward in time.")
final class EvaluatePersonalizationCommand implements Callable<Integer> {
    /** Where Donate-a-cry's app put the milliseconds since 1970. */
    private static final Pattern UPLOADED = Pattern.compile("-(\\d{13})-");

    @Option(names = "--model", paramLabel = "F", description = "An ONNX file; the default model where it is not given.")
    private @Nullable Path model;

    @Option(names = "--babies", defaultValue = "12", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int babies;

    @Option(
            names = "--sizes",
            split = ",",
            defaultValue = "5,10,20,50",
            paramLabel = "N",
            description = "How many clips to learn from. Default: ${DEFAULT-VALUE}.")
    private List<Integer> sizes = List.of();

    @Option(
            names = "--later",
            defaultValue = "40",
            paramLabel = "N",
            description = "How many later clips to judge. Default: ${DEFAULT-VALUE}.")
    private int later;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--manifest",
            split = ",",
            paramLabel = "CSV",
            description = "Instead of synthetic babies: groups with clips of known time, from original_name.")
    private List<Path> manifests = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        ModelSource source = model == null ? ModelSource.installed(ModelSource.DEFAULT) : ModelSource.file(model);
        try (CryClassifier classifier = CryClassifier.builder().model(source).build()) {
            PersonalizationTrial trial = new PersonalizationTrial(classifier);
            say("Model " + classifier.model().id() + ".");
            if (manifests.isEmpty()) {
                for (Telling telling : Telling.values()) {
                    say("\nCries tell " + telling + ", " + babies + " babies, " + later + " later clips of each, seed "
                            + seed + ":\n");
                    say(PersonalizationTrial.table(
                            trial.curve(telling, babies, sizes.stream().sorted().toList(), later, seed)));
                }
            } else {
                groups(trial);
            }
        }
        return 0;
    }

    private void groups(PersonalizationTrial trial) throws IOException {
        Map<String, List<PersonalizationTrial.Labelled>> groups = new TreeMap<>();
        for (Manifest.Entry entry : Manifest.read(manifests).entries()) {
            Matcher uploaded = UPLOADED.matcher(entry.originalName());
            if (!entry.label().isEmpty() && entry.usable() && uploaded.find()) {
                groups.computeIfAbsent(entry.group(), g -> new ArrayList<>())
                        .add(new PersonalizationTrial.Labelled(
                                () -> AudioClip.read(entry.file()),
                                new CryReason(entry.label()),
                                Instant.ofEpochMilli(Long.parseLong(uploaded.group(1)))));
            }
        }
        List<Long> gaps = new ArrayList<>();
        groups.values().forEach(group -> {
            List<PersonalizationTrial.Labelled> clips = PersonalizationTrial.inTime(group);
            for (int i = 1; i < clips.size(); i++) {
                gaps.add(Duration.between(
                                clips.get(i - 1).recorded(), clips.get(i).recorded())
                        .toSeconds());
            }
        });
        gaps.sort(null);
        say("\n" + groups.size() + " groups with clips of known time; median time between two clips of a group "
                + (gaps.isEmpty() ? "unknown" : gaps.get(gaps.size() / 2) + " s") + ".\n");
        PersonalizationTrial.Row all = new PersonalizationTrial.Row();
        say("| group | clips | labels | episodes | verdict on all its clips |\n|---|---|---|---|---|");
        int number = 0;
        for (List<PersonalizationTrial.Labelled> group : groups.values()) {
            if (group.size() < Personalizer.MIN_CLIPS) {
                continue;
            }
            List<PersonalizationTrial.Labelled> clips = PersonalizationTrial.inTime(group);
            Personalization learnt = trial.prequential(clips, all);
            Map<String, Integer> labels = new TreeMap<>();
            clips.forEach(clip -> labels.merge(clip.reason().id(), 1, Integer::sum));
            say("| " + ++number + " | " + clips.size() + " | " + labels + " | " + episodes(clips) + " | " + learnt
                    + " |");
        }
        if (all.personal.clips() == 0) {
            say("\nNo group has more than " + Personalizer.MIN_CLIPS + " clips.");
            return;
        }
        say("\nEach clip from a group's sixth on, by what was learnt of all before it, " + all.personal.clips()
                + " clips:\n");
        say("| answer | right | log loss |\n|---|---|---|");
        row("personal, applied always", all.personal, true);
        row("the model alone", all.generic, true);
        row("the commonest label so far", all.commonest, true);
        row("the label of the last episode", all.lastEpisode, false);
        row("the label of the clip before", all.clipBefore, false);
    }

    private void row(String name, PersonalizationTrial.Tally tally, boolean withLoss) {
        say(
                tally.clips() == 0
                        ? "| " + name + " | there is none | |"
                        : String.format(
                                Locale.ROOT,
                                "| %s | %.2f of %d | %s |",
                                name,
                                tally.accuracy(),
                                tally.clips(),
                                withLoss ? String.format(Locale.ROOT, "%.2f", tally.logLoss()) : ""));
    }

    private static int episodes(List<PersonalizationTrial.Labelled> clips) {
        int episodes = 1;
        for (int i = 1; i < clips.size(); i++) {
            Duration since =
                    Duration.between(clips.get(i - 1).recorded(), clips.get(i).recorded());
            episodes += since.compareTo(Personalizer.EPISODE) >= 0 ? 1 : 0;
        }
        return episodes;
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
