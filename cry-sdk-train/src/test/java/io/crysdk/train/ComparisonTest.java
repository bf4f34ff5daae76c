package io.crysdk.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crysdk.CryReason;
import io.crysdk.dsp.FrontEndSettings;
import io.crysdk.onnx.GateAggregation;
import io.crysdk.onnx.GateContract;
import io.crysdk.onnx.ModelContract;
import io.crysdk.onnx.ReasonAggregation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final Comparison.Side PARENT = side(0.5, figures(0.99, 0.95, 0.25), said(UnaryOperator.identity()));

    @Test
    void aModelIsLikeItself() {
        ObjectNode json = Comparison.of(PARENT, PARENT);
        assertThat(Comparison.unmet(json)).isEmpty();
        assertThat(json.path("criteria")).hasSize(5);
        assertThat(json.path("same_top_label").asDouble()).isEqualTo(1.0);
        assertThat(json.path("largest_difference_of_a_reason").asDouble()).isZero();
        assertThat(json.path("windows").asInt()).isEqualTo(400);
        assertThat(json.path("recordings_on_the_same_side_of_the_threshold").asInt())
                .isEqualTo(200);
    }

    @Test
    void everyFigureMustHold() {
        assertThat(unmet(0.9891, 0.941, 0.29)).isEmpty();
        assertThat(unmet(0.9911, 0.95, 0.25))
                .singleElement()
                .asString()
                .startsWith("gate AUC: 0.9911, the parent's 0.9900");
        assertThat(unmet(0.99, 0.939, 0.25)).singleElement().asString().startsWith("recall at 1 % false alarms");
        assertThat(unmet(0.99, 0.95, 0.31)).singleElement().asString().startsWith("UAR of the reasons");
        assertThat(unmet(0.9, 0.8, 0.1)).hasSize(3);
    }

    @Test
    void aFigureThatIsMissingDoesNotHold() {
        Comparison.Side own = side(0.5, JsonNodeFactory.instance.objectNode(), PARENT.said());
        assertThat(Comparison.unmet(Comparison.of(own, PARENT))).hasSize(3);
    }

    /** Certain windows count, the others do not: of 400 windows a tenth are in doubt. */
    @Test
    void labelsMustAgreeWhereTheParentIsCertain() {
        List<Said> doubtful = said(s -> Math.abs(s.gateLogits()[0]) < 1
                ? new Said(negative(s.gateLogits()), new double[][] {s.reasonLogits()[0], s.reasonLogits()[1]})
                : s);
        assertThat(Comparison.unmet(Comparison.of(side(0.5, PARENT.figures(), doubtful), PARENT)))
                .isEmpty();
        int[] left = {2};
        List<Said> wrong = said(s -> Math.abs(s.gateLogits()[0]) > 1 && left[0]-- > 0
                ? new Said(negative(s.gateLogits()), s.reasonLogits())
                : s);
        ObjectNode json = Comparison.of(side(0.5, PARENT.figures(), wrong), PARENT);
        assertThat(Comparison.unmet(json))
                .singleElement()
                .asString()
                .startsWith("the gate's label, of 360 of 400 windows");
        assertThat(json.path("largest_difference_of_the_cry_probability").asDouble())
                .isCloseTo(0.964, within(1e-3));
        left[0] = 9;
        List<Said> others = said(s -> left[0]-- > 0 ? new Said(s.gateLogits(), new double[][] {{-2, 0}, {-2, 0}}) : s);
        assertThat(Comparison.unmet(Comparison.of(side(0.5, PARENT.figures(), others), PARENT)))
                .singleElement()
                .asString()
                .startsWith("the top reason, of 400 of 400 windows");
    }

    /** A calibration of its own is no disagreement. */
    @Test
    void eachIsReadByItsOwnContract() {
        ObjectNode json = Comparison.of(side(0.97, PARENT.figures(), PARENT.said()), PARENT);
        assertThat(json.path("largest_difference_of_the_cry_probability").asDouble())
                .isZero();
        assertThat(json.path("recordings_on_the_same_side_of_the_threshold").asInt())
                .isEqualTo(200);
        json = Comparison.of(side(0.99, PARENT.figures(), PARENT.said()), PARENT);
        assertThat(json.path("recordings_on_the_same_side_of_the_threshold").asInt())
                .isLessThan(200);
        assertThat(Comparison.unmet(json)).isNotEmpty();
    }

    @Test
    void otherWindowsOrReasonsCannotBeCompared() {
        ModelContract c = PARENT.contract();
        ModelContract other = new ModelContract(
                "t", "1", c.labels(), FrontEndSettings.PAPER, c.gate(), c.reasonAggregation(), 1.0, 0.5, "", "", "");
        assertThatThrownBy(() -> Comparison.of(new Comparison.Side(other, PARENT.said(), PARENT.figures()), PARENT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the same front end");
    }

    private static List<String> unmet(double auc, double recall, double uar) {
        return Comparison.unmet(Comparison.of(side(0.5, figures(auc, recall, uar), PARENT.said()), PARENT));
    }

    /** 200 recordings of two windows: half of them a cry for certain, but one in ten in doubt. */
    private static List<Said> said(UnaryOperator<Said> changed) {
        List<Said> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            double logit = (i % 10 == 9 ? 0.5 : 4.0) * (i % 2 == 0 ? 1 : -1);
            all.add(changed.apply(new Said(new double[] {logit, logit}, new double[][] {{0, -2}, {0, -2}})));
        }
        return all;
    }

    private static double[] negative(double[] values) {
        double[] negative = values.clone();
        for (int i = 0; i < negative.length; i++) {
            negative[i] = -negative[i];
        }
        return negative;
    }

    private static ObjectNode figures(double auc, double recall, double uar) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.withObject("/gate/auc").put("value", auc);
        json.withObject("/gate/recall_at_1_percent_false_alarms").put("value", recall);
        json.withObject("/reasons/figures/uar")
                .put("value", uar)
                .put("low", 0.2)
                .put("high", 0.3);
        return json;
    }

    private static Comparison.Side side(double threshold, JsonNode figures, List<Said> said) {
        ModelContract contract = new ModelContract(
                "t",
                "1",
                List.of(new CryReason("a"), new CryReason("b")),
                FrontEndSettings.PLAIN,
                new GateContract(GateAggregation.TOP3_MEAN, 1.0, 0.0, threshold),
                ReasonAggregation.CRY_WEIGHTED_MEAN,
                1.0,
                0.5,
                "",
                "",
                "");
        return new Comparison.Side(contract, said, figures);
    }
}
